using Microsoft.AspNetCore.Components;
using VideoGen.Silo.Api;
using VideoGen.Silo.Dashboard.Board;

namespace VideoGen.Silo.Dashboard.Pages;

/// <summary>The list. Its address says what it shows; the feed says what there is.</summary>
public sealed partial class TasksPage
{
    private const int MaxParameterLength = 512;

    /// <summary>A search starts when the typing stops.</summary>
    private static readonly TimeSpan TypingPause = TimeSpan.FromMilliseconds(250);

    private static readonly BoardFilter[] Cards = [BoardFilter.Active, BoardFilter.Queued, BoardFilter.Completed, BoardFilter.Failed];

    private readonly CancellationTokenSource _closed = new();
    private BoardView _wanted = BoardView.Everything;
    private BoardView _view = BoardView.Everything;
    private TaskBoard _board = TaskBoard.Empty;
    private IDisposable? _watch;
    private string? _typed;

    [SupplyParameterFromQuery(Name = "show")]
    private string? Show { get; set; }

    [SupplyParameterFromQuery(Name = "id")]
    private string? IdPrefix { get; set; }

    [SupplyParameterFromQuery(Name = "after")]
    private string? After { get; set; }

    [CascadingParameter]
    private HttpContext? Context { get; set; }

    [Inject]
    private BoardFeed Feed { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Title => BoardFilter.Active.Count(_board.Counts) is > 0 and var active ? $"{active} active · VideoGen" : "VideoGen";

    public void Dispose()
    {
        _watch?.Dispose();
        _closed.Cancel();
        _closed.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var view = new BoardView(BoardFilter.Find(Show), Usable(IdPrefix), Usable(After));
        if (_watch is not null && view == _wanted)
        {
            return;
        }

        // An address that says another id was not made by typing here.
        _typed = view.IdPrefix == _wanted.IdPrefix ? _typed : view.IdPrefix;
        _wanted = view;
        _watch?.Dispose();
        _watch = RendererInfo.IsInteractive ? Feed.Watch(view, board => Update(view, board)) : null;

        // What was shown stays until the new view is there: no flicker.
        Accept(view, Feed.Latest(view) is { Problem: null } latest ? latest : await Feed.ReadAsync(view, _closed.Token));
        if (Context is { Response.HasStarted: false } context)
        {
            UnavailableStorage.Answer(context.Response, _board.Status);
        }
    }

    private void Update(BoardView view, TaskBoard board) => _ = InvokeAsync(() =>
    {
        Accept(view, board);
        StateHasChanged();
    });

    /// <summary>Unless another view was asked for meanwhile.</summary>
    private void Accept(BoardView view, TaskBoard board)
    {
        if (view == _wanted)
        {
            (_view, _board) = (view, board);
        }
    }

    private async Task TypeAsync(ChangeEventArgs change)
    {
        var typed = _typed = Usable(change.Value?.ToString());
        await Task.Delay(TypingPause);
        if (typed == _typed && typed != _wanted.IdPrefix && !_closed.IsCancellationRequested)
        {
            Search();
        }
    }

    private void Search() => Navigation.NavigateTo((_wanted with { IdPrefix = _typed, After = null }).ToAddress(), replace: true);

    private static string? Usable(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { Length: <= MaxParameterLength } trimmed ? trimmed : null;
}
