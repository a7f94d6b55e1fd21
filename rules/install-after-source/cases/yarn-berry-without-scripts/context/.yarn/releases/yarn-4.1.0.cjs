console.log("yarn");
