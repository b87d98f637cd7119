using System.Reflection;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Kernels;

/// <summary>
/// How what computes with lanes is compiled. A method that the runtime may first compile unoptimized makes the first half second of
/// every process slow; one that is neither inlined nor optimized at once may stay a call in an inner loop for good.
/// </summary>
public sealed class CompilationTests
{
    /// <summary>Shorter bodies are always inlined.</summary>
    private const int LongestAlwaysInlined = 32;

    private const BindingFlags Declared =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private const MethodImplAttributes Chosen = MethodImplAttributes.AggressiveInlining | MethodImplAttributes.AggressiveOptimization;

    [Fact]
    public void WhatComputesWithLanesIsInlinedOrOptimizedAtOnce()
    {
        MethodInfo[] methods = [.. typeof(BatchLoss<>).Assembly.GetTypes().SelectMany(type => type.GetMethods(Declared)).Where(IsOfLanes)];
        string[] left = [.. methods.Where(method => (method.MethodImplementationFlags & Chosen) == 0).Select(Name)];

        Assert.True(methods.Length > 150, $"only {methods.Length} methods were looked at");
        Assert.True(left is [], string.Join(", ", left));
    }

    private static bool IsOfLanes(MethodInfo method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { Length: > LongestAlwaysInlined })
        {
            return false;
        }

        Type type = method.DeclaringType!;
        return (type.IsValueType && (Is(type, typeof(ILane<,>)) || Is(type, typeof(IOperand<,>))))
            || method.GetParameters().Any(parameter => parameter.ParameterType is { IsPointer: true } pointer
                && Is(pointer.GetElementType()!, typeof(ILane<,>)));
    }

    private static bool Is(Type type, Type face)
        => type.GetInterfaces().Any(candidate => candidate.IsGenericType && candidate.GetGenericTypeDefinition() == face);

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
