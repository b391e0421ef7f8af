module squall/kits/go

go 1.21
