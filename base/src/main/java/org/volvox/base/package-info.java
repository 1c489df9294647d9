/**
 * What every part of Volvox stands on: ids and units, immutable bytes and their codec, checksums, a
 * deterministic random generator, and the interfaces through which pure code meets a disk or an
 * ordered store. Nothing here reads a clock, opens a file or starts a thread.
 */
@NullMarked
package org.volvox.base;

import org.jspecify.annotations.NullMarked;
