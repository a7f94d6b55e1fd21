hello() { echo started; }
