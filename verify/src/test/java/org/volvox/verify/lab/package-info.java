/**
 * The lab in a browser: Chromium over the pages as they are served, driven by mouse and by keys,
 * and compared with the same classes on the JVM. Skipped, with the reason, where there is no
 * Chromium.
 */
@NullMarked
package org.volvox.verify.lab;

import org.jspecify.annotations.NullMarked;
