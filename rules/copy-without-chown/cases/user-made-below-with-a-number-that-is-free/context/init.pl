print "nothing\n";
