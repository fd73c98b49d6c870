/** Words as the worker writes them down and the server looks for them. */
@NullMarked
package app.keepsake.words;

import org.jspecify.annotations.NullMarked;
