echo copied
