namespace VideoGen.Storage.Tests.Conformance;

/// <summary>A plain state of some grain that is not a task.</summary>
[GenerateSerializer]
public sealed record CounterState
{
    [Id(0)] public string? Text { get; set; }

    [Id(1)] public int Number { get; set; }
}
