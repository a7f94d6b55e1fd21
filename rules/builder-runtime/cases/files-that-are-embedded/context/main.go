package main

import _ "embed"

//go:embed templates/index.html
var page string

func main() {
	println(page)
}
