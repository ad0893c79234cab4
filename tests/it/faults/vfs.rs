//! SQLite's access to files, through [`attempt`], so that tests can make it fail.
//!
//! The type `sqlite3_vfs` is SQLite's interface to the operating system (<https://www.sqlite.org/vfs.html>). This one
//! asks whether an operation fails, and passes all others on to the one that was the default.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::io::{ErrorKind, Result};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::ptr::null_mut;
use std::sync::Once;

use relata::faults::{Operation, attempt};
use rusqlite::ffi::*;

/// A file of this interface. The file of the passed-on interface lies behind it in memory.
#[repr(C)]
struct File {
    base: sqlite3_file,
    /// `None` for a file without a name.
    path: *mut PathBuf,
}

/// Bytes of [`File`]: a multiple of 8, so that the other file is aligned.
const SIZE: usize = size_of::<File>().next_multiple_of(8);

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 3,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: Some(fetch),
    xUnfetch: Some(unfetch),
};

/// Makes this interface the default of the process, once.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        // SAFETY: SQLite's functions are called as its documentation says; the new interface is never freed.
        unsafe {
            sqlite3_initialize();
            let real = sqlite3_vfs_find(std::ptr::null());
            let mut ours = *real;
            ours.szOsFile = SIZE as c_int + (*real).szOsFile;
            ours.zName = c"faulty".as_ptr();
            ours.pNext = null_mut();
            ours.pAppData = real.cast();
            ours.xOpen = Some(open);
            ours.xDelete = Some(delete);
            // The functions for time, randomness and libraries do not use the address that they are called with.
            ours.xAccess = Some(access);
            ours.xFullPathname = Some(full_pathname);
            assert_eq!(sqlite3_vfs_register(Box::into_raw(Box::new(ours)), 1), SQLITE_OK);
        }
    });
}

unsafe fn real_of(vfs: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    unsafe { (*vfs).pAppData.cast() }
}

/// The file of the system behind a file of ours.
unsafe fn inner(file: *mut sqlite3_file) -> *mut sqlite3_file {
    unsafe { file.cast::<u8>().add(SIZE).cast() }
}

unsafe fn path_in(name: *const c_char) -> Option<PathBuf> {
    if name.is_null() {
        return None;
    }
    Some(PathBuf::from(OsStr::from_bytes(unsafe { CStr::from_ptr(name) }.to_bytes())))
}

unsafe fn attempt_on(file: *mut sqlite3_file, operation: Operation) -> Result<()> {
    match unsafe { (*file.cast::<File>()).path.as_ref() } {
        Some(path) => attempt(operation, path),
        None => Ok(()),
    }
}

/// The code for a failed operation.
fn code(failed: &std::io::Error, other: c_int) -> c_int {
    if failed.kind() == ErrorKind::StorageFull { SQLITE_FULL } else { other }
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    unsafe {
        let path = path_in(name);
        (*file).pMethods = std::ptr::null();
        if let Some(path) = &path {
            let operation = if path.exists() { Operation::Open } else { Operation::Create };
            if attempt(operation, path).is_err() {
                return SQLITE_CANTOPEN;
            }
        }
        let real = real_of(vfs);
        let result = (*real).xOpen.unwrap()(real, name, inner(file), flags, out_flags);
        if result == SQLITE_OK {
            (*file.cast::<File>()).path = path.map_or(null_mut(), |path| Box::into_raw(Box::new(path)));
            (*file).pMethods = &METHODS;
        }
        result
    }
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_folder: c_int) -> c_int {
    unsafe {
        if path_in(name).is_some_and(|path| attempt(Operation::Remove, &path).is_err()) {
            return SQLITE_IOERR_DELETE;
        }
        let real = real_of(vfs);
        (*real).xDelete.unwrap()(real, name, sync_folder)
    }
}

unsafe extern "C" fn access(vfs: *mut sqlite3_vfs, name: *const c_char, flags: c_int, out: *mut c_int) -> c_int {
    unsafe {
        let real = real_of(vfs);
        (*real).xAccess.unwrap()(real, name, flags, out)
    }
}

unsafe extern "C" fn full_pathname(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    unsafe {
        let real = real_of(vfs);
        (*real).xFullPathname.unwrap()(real, name, length, out)
    }
}

/// Calls a method of the file behind `file`.
macro_rules! pass_on {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let inner = inner($file);
        (*(*inner).pMethods).$method.unwrap()(inner $(, $argument)*)
    }};
}

/// Fails with a code if an error is injected for the operation.
macro_rules! fail_if_injected {
    ($file:expr, $operation:expr, $code:expr) => {
        if let Err(failed) = attempt_on($file, $operation) {
            return code(&failed, $code);
        }
    };
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    unsafe {
        let ours = file.cast::<File>();
        if !(*ours).path.is_null() {
            drop(Box::from_raw((*ours).path));
        }
        pass_on!(file, xClose)
    }
}

unsafe extern "C" fn read(file: *mut sqlite3_file, into: *mut c_void, length: c_int, at: sqlite3_int64) -> c_int {
    unsafe {
        fail_if_injected!(file, Operation::Read, SQLITE_IOERR_READ);
        pass_on!(file, xRead, into, length, at)
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, length: c_int, at: sqlite3_int64) -> c_int {
    unsafe {
        fail_if_injected!(file, Operation::Write, SQLITE_IOERR_WRITE);
        pass_on!(file, xWrite, from, length, at)
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: sqlite3_int64) -> c_int {
    unsafe {
        fail_if_injected!(file, Operation::Write, SQLITE_IOERR_TRUNCATE);
        pass_on!(file, xTruncate, length)
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    unsafe {
        fail_if_injected!(file, Operation::Sync, SQLITE_IOERR_FSYNC);
        pass_on!(file, xSync, flags)
    }
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    unsafe { pass_on!(file, xFileSize, size) }
}

unsafe extern "C" fn lock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { pass_on!(file, xLock, level) }
}

unsafe extern "C" fn unlock(file: *mut sqlite3_file, level: c_int) -> c_int {
    unsafe { pass_on!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut sqlite3_file, out: *mut c_int) -> c_int {
    unsafe { pass_on!(file, xCheckReservedLock, out) }
}

unsafe extern "C" fn file_control(file: *mut sqlite3_file, operation: c_int, argument: *mut c_void) -> c_int {
    unsafe { pass_on!(file, xFileControl, operation, argument) }
}

unsafe extern "C" fn sector_size(file: *mut sqlite3_file) -> c_int {
    unsafe { pass_on!(file, xSectorSize) }
}

unsafe extern "C" fn device_characteristics(file: *mut sqlite3_file) -> c_int {
    unsafe { pass_on!(file, xDeviceCharacteristics) }
}

unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    unsafe {
        if let Err(failed) = attempt_on(file, Operation::Map) {
            return if failed.kind() == ErrorKind::StorageFull { SQLITE_IOERR_SHMSIZE } else { SQLITE_IOERR_SHMMAP };
        }
        pass_on!(file, xShmMap, region, size, extend, out)
    }
}

unsafe extern "C" fn shm_lock(file: *mut sqlite3_file, offset: c_int, count: c_int, flags: c_int) -> c_int {
    unsafe { pass_on!(file, xShmLock, offset, count, flags) }
}

unsafe extern "C" fn shm_barrier(file: *mut sqlite3_file) {
    unsafe { pass_on!(file, xShmBarrier) }
}

unsafe extern "C" fn shm_unmap(file: *mut sqlite3_file, delete: c_int) -> c_int {
    unsafe { pass_on!(file, xShmUnmap, delete) }
}

/// Offers no mapped memory, so that SQLite calls [`read`].
unsafe extern "C" fn fetch(_: *mut sqlite3_file, _: sqlite3_int64, _: c_int, out: *mut *mut c_void) -> c_int {
    unsafe { *out = null_mut() };
    SQLITE_OK
}

unsafe extern "C" fn unfetch(_: *mut sqlite3_file, _: sqlite3_int64, _: *mut c_void) -> c_int {
    SQLITE_OK
}
