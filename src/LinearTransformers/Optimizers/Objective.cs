namespace LinearTransformers.Optimizers;

/// <summary>A function to be minimized, with its gradient.</summary>
/// <typeparam name="T">float or double.</typeparam>
/// <param name="parameters">Where.</param>
/// <param name="gradient">To be filled, as long as the parameters.</param>
/// <returns>The loss there.</returns>
public delegate double Objective<T>(ReadOnlySpan<T> parameters, Span<T> gradient);
