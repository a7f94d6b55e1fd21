READY=yes
