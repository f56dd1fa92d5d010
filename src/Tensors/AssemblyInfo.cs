using System.Runtime.CompilerServices;

// Kernels write stack memory before they read it.
[module: SkipLocalsInit]
