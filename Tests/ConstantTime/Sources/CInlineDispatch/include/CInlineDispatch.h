#pragma once

// This program's own dispatch_async(), which its libraries use, as they are linked dynamically: the work is done at once, on
// the thread that asks for it. valgrind does not survive Dispatch's own threads; and what is left on a stack is to be found
// on this one.
