/**
 * The root group's state machine without its files: sessions, which make each command take effect
 * once, the process table and the table of services; beside it the scheduler, a pure function.
 * {@link org.volvox.kernel.RootMachine} is what a node applies committed commands to; file calls go
 * to the part that it is given. It knows no log, no socket and no clock.
 *
 * <pre>
 * Keys of group 0; byte 0 is the group, byte 1 the part, byte 2 the table. Numbers are big-endian.
 * 00 'S' 'c'                the state's wall time and the latest leader's term
 * 00 'S' 'n'                how many sessions live
 * 00 'S' 's' session8       a living session
 * 00 'S' 'k' session8 place8  a place of the session's ring of results: seq8, whether the result
 *                           is here, and if so the result; any of its requests may be acknowledged
 * 00 'S' 'r' session8 seq8  a long result of a request that is not yet acknowledged
 * 00 'P' 'c'                counters: next pid, living, ended first, ended next
 * 00 'P' 'r' pid8           a process row, as in the system calls
 * 00 'P' 'q' pid8           index of rows that wait for a node
 * 00 'P' 'o' node2 pid8     index of living rows that are placed
 * 00 'P' 'e' number8        ended rows in order of their ends: pid8; the oldest are dropped
 * 00 'R' 'a'                epoch8 and who the registers' acceptors are
 * 00 'N' 'c'                counters of services: rows, their bytes, changes
 * 00 'N' 'r' path 00 instance16      a service row, as in the system calls
 * 00 'N' 'i' instance16              index of instances: path
 * 00 'N' 's' session8 instance16     index of the rows of a session
 * 00 'K' ...                key spaces, see org.volvox.kernel.keys
 * 00 'F' ...                files, see org.volvox.fs
 * </pre>
 */
@NullMarked
package org.volvox.kernel;

import org.jspecify.annotations.NullMarked;
