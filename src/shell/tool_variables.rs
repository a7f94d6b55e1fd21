//! Variables of the environment that compilers and package managers read, and nothing that they compile does.

/// Names, or their beginnings where a `*` stands behind.
const VARIABLES: [&str; 25] = [
    "CARGO_*",
    "CC",
    "CFLAGS",
    "CGO_*",
    "CXX",
    "CXXFLAGS",
    "DEBIAN_FRONTEND",
    "GO111MODULE",
    "GO15VENDOREXPERIMENT",
    "GOARCH",
    "GOARM",
    "GOBIN",
    "GOCACHE",
    "GOFLAGS",
    "GOMODCACHE",
    "GONOSUM*",
    "GOOS",
    "GOPATH",
    "GOPRIVATE",
    "GOPROXY",
    "GOSUMDB",
    "GRADLE_*",
    "MAVEN_*",
    "RUSTFLAGS",
    "RUSTUP_*",
];

/// Whether a variable is read by compilers and package managers only.
#[must_use]
pub fn is_tool_variable(name: &str) -> bool {
    VARIABLES.iter().any(|known| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *known,
    })
}
