/**
 * The lab: simulated clocks to play with, lessons and quizzes on them, and the narrow border of
 * JSON text and ints through which its pages call all that. The pages draw; they know no rule.
 */
@NullMarked
package org.volvox.lab;

import org.jspecify.annotations.NullMarked;
