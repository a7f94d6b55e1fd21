//! syntax
pub struct Dockerfile;
