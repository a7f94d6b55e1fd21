pub const TEXT: &str = "hello";
