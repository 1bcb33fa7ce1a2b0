// SPDX-License-Identifier: GPL-2.0-or-later

/// Code in the style of what our firmware spends its time in, ending in a `bkpt`.
struct Program {
    var name: String
    var source: String

    static let all = [
        Program(
            name: "forward-heavy",
            source: """
                    movw r11, #60000
                outer:
                    ldr r0, =0x20000000
                    ldr r1, =0x20001000
                    movs r2, #0
                    movs r3, #64
                dot:
                    ldr r4, [r0], #4
                    ldr r5, [r1], #4
                    sxtb16 r6, r4
                    sxtb16 r7, r5
                    sxtb16 r8, r4, ror #8
                    sxtb16 r9, r5, ror #8
                    smlad r2, r6, r7, r2
                    smlad r2, r8, r9, r2
                    ldr r4, [r0], #4
                    ldr r5, [r1], #4
                    sxtb16 r6, r4
                    sxtb16 r7, r5
                    sxtb16 r8, r4, ror #8
                    sxtb16 r9, r5, ror #8
                    smlad r2, r6, r7, r2
                    smlad r2, r8, r9, r2
                    subs r3, #1
                    bne dot
                    subs r11, #1
                    bne outer
                    bkpt #0
                    .ltorg
                """),
        Program(
            name: "store-heavy",
            source: """
                    movw r11, #20000
                outer:
                    ldr r0, =0x20002000
                    movw r3, #256
                update:
                    ldr r4, [r0]
                    ldr r5, [r0, #4]
                    add r4, r4, r11
                    sub r5, r5, r11
                    str r4, [r0], #4
                    str r5, [r0], #4
                    strh r4, [r0, #0x200]
                    strb r5, [r0, #0x400]
                    subs r3, #1
                    bne update
                    subs r11, #1
                    bne outer
                    bkpt #0
                    .ltorg
                """),
        Program(
            name: "call-heavy",
            source: """
                    ldr r11, =1500000
                outer:
                    mov r0, r11
                    bl outside
                    movs r0, #3
                    bl inside
                    bl leaf
                    subs r11, #1
                    bne outer
                    bkpt #0
                outside:
                    push {r4, r5, r6, lr}
                    mov r4, r0
                    bl inside
                    cmp r0, r4
                    beq 1f
                    adds r5, r0, r4
                    bl inside
                1:  pop {r4, r5, r6, pc}
                inside:
                    push {r3, lr}
                    bl leaf
                    adds r0, #1
                    pop {r3, pc}
                leaf:
                    eor r0, r0, r11
                    bx lr
                    .ltorg
                """),
        Program(
            name: "conditional",
            source: """
                    ldr r11, =6000000
                    movs r6, #127
                    mvn r7, #127
                loop:
                    mul r0, r11, r11
                    asrs r1, r0, #20
                    cmp r1, r6
                    it gt
                    movgt r1, r6
                    cmp r1, r7
                    it lt
                    movlt r1, r7
                    add r2, r2, r1
                    subs r11, #1
                    bne loop
                    bkpt #0
                    .ltorg
                """),
    ]
}
