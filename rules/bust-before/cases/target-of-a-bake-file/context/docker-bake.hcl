target "web" {
  context = "."
}
