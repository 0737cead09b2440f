using VideoGen.Silo.Dashboard.Markup;

namespace VideoGen.Silo.Dashboard.Live;

/// <summary>What a page shows; it comes out of the page's address. Browsers that show the same share one source, so views are equal by what they say.</summary>
internal abstract record LiveView
{
    public abstract ILiveSource Open(IServiceProvider services);
}

/// <summary>Draws one view, for as long as somebody looks at it. One call at a time.</summary>
internal interface ILiveSource : IAsyncDisposable
{
    /// <summary>The page as it is now. It says on the page itself what cannot be known.</summary>
    Task<Drawing> DrawAsync(CancellationToken cancellationToken);

    /// <summary>Returns when it is worth drawing the page again.</summary>
    Task WaitAsync(CancellationToken cancellationToken);
}

/// <summary>A page without its frame.</summary>
/// <param name="Title">Of the window.</param>
/// <param name="Body">What is marked in it changes by itself.</param>
internal sealed record Drawing(string Title, Html Body)
{
    /// <summary>Of what it shows; a browser never goes back to a lower one. 0 where there is no such thing.</summary>
    public long Version { get; init; }

    /// <summary>Of the answer that shows it first.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>What those hear who do not see the page; null for nothing.</summary>
    public string? Told { get; init; }
}
