package main

const text = "hello"
