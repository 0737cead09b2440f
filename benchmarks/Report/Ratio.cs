using System.Globalization;

namespace VideoGen.Benchmarks.Report;

/// <summary>One comparison of a scenario, as the line <c>ratio NAME VALUE floor F aim A</c>.</summary>
internal static class Ratio
{
    /// <summary>A comparison where more is better: the floor is the least.</summary>
    public static void AtLeast(string name, double value, double floor, double aim, bool otherwiseRight = true) =>
        Print(name, value, floor, aim, value >= floor && otherwiseRight);

    /// <summary>A comparison where less is better: the floor is the most.</summary>
    public static void AtMost(string name, double value, double floor, double aim) => Print(name, value, floor, aim, value <= floor);

    private static void Print(string name, double value, double floor, double aim, bool holds) => Console.WriteLine(
        double.IsNaN(value)
            ? $"{name} was not measured: a server that it needs is not installed."
            : string.Create(CultureInfo.InvariantCulture, $"ratio {name} {value:0.00} floor {floor:0.##} aim {aim:0.##}{(holds ? "" : " below floor")}"));
}
