//! The memory of the program holds keys and opened values: nobody else reads it, and no crash writes it to a disk.

use rustix::process::{Resource, Rlimit, setrlimit};

/// No core is written, whoever asks for one, and no other process of the same user looks into the memory. What cannot be
/// had is left: an old kernel must not keep the program from starting.
pub fn keep_to_itself() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!("forbidding a core: {error}");
    }
    // A system that hands cores to a program of its own does not heed the limit.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable) {
        tracing::warn!("closing the memory to others: {error}");
    }
}
