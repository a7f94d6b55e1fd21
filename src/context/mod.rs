//! context
pub struct BuildContext;
