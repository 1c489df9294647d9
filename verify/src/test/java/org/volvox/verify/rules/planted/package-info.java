/** Classes that break a rule on purpose; nothing but {@code RulesCatchTest} reads them. */
@NullMarked
package org.volvox.verify.rules.planted;

import org.jspecify.annotations.NullMarked;
