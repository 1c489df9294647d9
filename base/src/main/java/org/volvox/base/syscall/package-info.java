/**
 * The system calls: what clients, nodes and the replicated machines say to one another. A change is
 * a {@link org.volvox.base.syscall.Call} whose type and body travel in a {@code Command}; a read is
 * an {@link org.volvox.base.syscall.Ask}. Both are answered by a {@link
 * org.volvox.base.syscall.Result}: a status, a text for people, and a body whose form each call and
 * question names in its Javadoc. Types 0x01xx are sessions, 0x02xx processes, 0x03xx files, 0x04xx
 * registers, 0x05xx services; a question has bit 0x80 set.
 *
 * <p>Every body begins with a version byte (1) and is big-endian; a count or length is u32, text is
 * UTF-8 behind its length, a node id is u16, an optional value is a boolean and then the value.
 * Decoders fail with {@code MalformedException} only and allocate no more than they were given.
 */
@NullMarked
package org.volvox.base.syscall;

import org.jspecify.annotations.NullMarked;
