/**
 * Data that merges, at a node: {@link org.volvox.node.data.DataHost} runs the replica with its own
 * store and thread, whoever leads and whoever else is there; {@link
 * org.volvox.node.data.DataService} answers clients; {@link org.volvox.node.data.DataDuties} drops
 * what removed spaces leave; {@link org.volvox.node.data.DataCopies} sends all of it to whoever
 * makes a backup, and {@link org.volvox.node.data.RestoredData} is what comes of that.
 *
 * <p>Who changes something waits for the owner's thread and one sync of the disk, which it shares
 * with all that came meanwhile. Who reads waits for neither: after each sync the owner leaves a
 * view of what is durable, and readers take it on their own threads.
 */
@NullMarked
package org.volvox.node.data;

import org.jspecify.annotations.NullMarked;
