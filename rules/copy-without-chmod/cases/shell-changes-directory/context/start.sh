# read by something else
