/**
 * Long judges of the limits that are promised: files of gigabytes, folders of 100,000 files, flat
 * memory, and transfers that are killed in the middle.
 */
@NullMarked
package org.volvox.verify.judge;

import org.jspecify.annotations.NullMarked;
