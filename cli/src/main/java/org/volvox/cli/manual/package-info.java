/**
 * The commands as other programs than the command want them described: manual pages in man(7) and
 * completions for shells, all of them made of what {@code --help} says.
 */
@NullMarked
package org.volvox.cli.manual;

import org.jspecify.annotations.NullMarked;
