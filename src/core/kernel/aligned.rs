//! Memory for matrices that begins where a cache line does.

use std::alloc::{GlobalAlloc, Layout, System};

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;

/// Bytes from which on a block of memory may be a matrix that vectors go over; smaller ones would waste a line.
const LARGE: usize = 512;

/// The system's allocator, whose large blocks begin where a cache line does.
///
/// Blocks begin at multiples of 8 bytes in WebAssembly and of 16 natively, and then a quarter to all of a kernel's loads
/// of a vector go to two cache lines: 3 to 4 % of a step on 2x128, 3x400 and 2x800 in V8, 4 to 6 % of whole runs
/// natively. What grows is copied: the system's way to let a block grow in its place keeps no such alignment.
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

#[cfg(test)]
mod tests {
    use std::alloc::{GlobalAlloc, Layout};

    use super::{Aligned, LARGE, LINE};

    #[test]
    fn large_blocks_begin_with_a_cache_line_and_keep_what_they_hold() {
        for size in [1, LARGE - 1, LARGE, LARGE + 1, 100_000] {
            for align in [1, 8, 4096] {
                let layout = Layout::from_size_align(size, align).unwrap();
                for other in [size / 2 + 1, 2 * size, LARGE, 3 * LARGE] {
                    // SAFETY: each block is freed with the layout that it has, and read within its size.
                    unsafe {
                        let block = Aligned.alloc_zeroed(layout);
                        let at_least = if size < LARGE { align } else { align.max(LINE) };
                        assert!(block.addr().is_multiple_of(at_least));
                        assert!((0..size).all(|i| *block.add(i) == 0));
                        (0..size).for_each(|i| *block.add(i) = i as u8);
                        let moved = Aligned.realloc(block, layout, other);
                        assert!(moved.addr().is_multiple_of(if other < LARGE {
                            align
                        } else {
                            LINE
                        }));
                        assert!((0..size.min(other)).all(|i| *moved.add(i) == i as u8));
                        Aligned.dealloc(moved, Layout::from_size_align(other, align).unwrap());
                    }
                }
            }
        }
    }
}
