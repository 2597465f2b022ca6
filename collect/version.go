package collect

// Version is the program's version; CHANGELOG.md says what is in it.
const Version = "0.1.0"
