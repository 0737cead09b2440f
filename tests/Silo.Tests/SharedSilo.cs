namespace VideoGen.Silo.Tests;

/// <summary>The tests share one silo and one browser; each has tasks of its own.</summary>
[CollectionDefinition(Name)]
public sealed class SharedSilo : ICollectionFixture<SiloApplication>, ICollectionFixture<Browser>
{
    public const string Name = "silo";
}
