using System.Runtime.CompilerServices;

// Kernels write what they take from the stack before they read it.
[module: SkipLocalsInit]
