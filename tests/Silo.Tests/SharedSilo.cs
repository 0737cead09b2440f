namespace VideoGen.Silo.Tests;

/// <summary>The tests share one silo; each has tasks of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedSilo : ICollectionFixture<SiloApplication>
{
    public const string Name = "silo";
}
