#include "CInlineDispatch.h"

void dispatch_async(void *queue, void (^work)(void)) {
  (void)queue;
  work();
}
