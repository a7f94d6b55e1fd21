mod text;
fn main() {}
