//! model
pub struct BuildModel;
