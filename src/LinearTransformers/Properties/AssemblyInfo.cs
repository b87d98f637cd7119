using System.Runtime.CompilerServices;

// Kernels clear what they read; zeroing their stack frames first costs and buys nothing.
[module: SkipLocalsInit]
