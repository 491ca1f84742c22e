//! Where Portolan keeps its files.

use std::env;
use std::path::PathBuf;

/// Names the data folder, whatever the platform says.
pub const DATA_DIR_VARIABLE: &str = "PORTOLAN_DATA_DIR";

/// There is no place for data.
#[derive(Debug, thiserror::Error)]
#[error("there is no home folder to keep progress in; set {DATA_DIR_VARIABLE} to a folder")]
pub struct NoDataDir;

/// The folder for progress and installed packs: `PORTOLAN_DATA_DIR` where it is set and not
/// empty, else the platform's (`~/.local/share/portolan` on Linux). It need not exist.
///
/// # Errors
/// When neither is known.
pub fn data_dir() -> Result<PathBuf, NoDataDir> {
    if let Some(dir) = env::var_os(DATA_DIR_VARIABLE).filter(|dir| !dir.is_empty()) {
        return Ok(PathBuf::from(dir));
    }
    directories::ProjectDirs::from("", "", "portolan")
        .map(|dirs| dirs.data_dir().to_owned())
        .ok_or(NoDataDir)
}

/// The folder for settings: `PORTOLAN_DATA_DIR` where it is set and not empty, else the
/// platform's (`~/.config/portolan` on Linux). It need not exist. None where neither is known.
#[must_use]
pub fn config_dir() -> Option<PathBuf> {
    if let Some(dir) = env::var_os(DATA_DIR_VARIABLE).filter(|dir| !dir.is_empty()) {
        return Some(PathBuf::from(dir));
    }
    directories::ProjectDirs::from("", "", "portolan").map(|dirs| dirs.config_dir().to_owned())
}
