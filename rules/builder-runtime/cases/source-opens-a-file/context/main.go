package main

import "os"

func main() {
	text, _ := os.ReadFile("motd")
	println(string(text))
}
