package main

func main() { println(text) }
