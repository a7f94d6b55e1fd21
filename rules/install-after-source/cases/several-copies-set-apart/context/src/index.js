console.log(require("left-pad")("1", 3));
