module example.org/tools/id

go 1.22
