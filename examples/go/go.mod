module volvox.example

go 1.19
