/**
 * The file system's replicated state: directories, inodes, extents of write-once blocks, uploads,
 * the placement table and the delete queue; beside it the planning of placement and of repair, as
 * pure functions. {@link org.volvox.fs.Files} is the part that the root group's machine hands file
 * calls to. Each call is one deterministic step, whole or not at all.
 *
 * <pre>
 * Keys of group 0; byte 0 is the group, byte 1 the part, byte 2 the table. Numbers are big-endian.
 * Each value but a small file's bytes begins with a version byte.
 * 00 'F' 'c'                      counters: next inode, block, queue row and death
 * 00 'F' 'm'                      the placement table
 * 00 'F' 'i' inode8               an inode; that of the root is 1
 * 00 'F' 'l' inode8               the bytes of a small file
 * 00 'F' 'd' inode8 name          what a name in a directory names: inode, kind
 * 00 'F' 'e' inode8 offset8       an extent: block, length, checksum
 * 00 'F' 'b' block16              a block that is referred to: length, checksum
 * 00 'F' 'u' upload8              an upload under way
 * 00 'F' 't' token                the upload that a client's token names
 * 00 'F' 's' session8 upload8     the uploads of a session
 * 00 'F' 'w' upload8 first8       block ids taken for an upload: session, count
 * 00 'F' 'g' due8 number8         the delete queue, the only source of deletions
 * 00 'F' 'h'                      until when nothing of the delete queue is worked off
 * 00 'F' 'z' number8              dead blocks that not all nodes have deleted yet
 * 00 'F' 'y' node2                up to which death a node has deleted
 * </pre>
 */
@NullMarked
package org.volvox.fs;

import org.jspecify.annotations.NullMarked;
