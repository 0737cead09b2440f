using Microsoft.AspNetCore.Components;
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
        if (_watch is not null && view == _view)
        {
            return;
        }

        // What was shown stays until the new view is there: no flicker.
        _watch?.Dispose();
        _watch = null;
        _typed = view.IdPrefix;
        var board = Feed.Latest(view) ?? await Feed.ReadAsync(view, _closed.Token);
        (_view, _board) = (view, board);
        if (RendererInfo.IsInteractive && !_closed.IsCancellationRequested)
        {
            _watch = Feed.Watch(view, Update);
        }
    }

    private void Update(TaskBoard board) => _ = InvokeAsync(() =>
    {
        _board = board;
        StateHasChanged();
    });

    private async Task TypeAsync(ChangeEventArgs change)
    {
        var typed = _typed = Usable(change.Value?.ToString());
        await Task.Delay(TypingPause);
        if (typed == _typed && typed != _view.IdPrefix && !_closed.IsCancellationRequested)
        {
            Search();
        }
    }

    private void Search() => Navigation.NavigateTo((_view with { IdPrefix = _typed, After = null }).ToAddress(), replace: true);

    private static string? Usable(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { Length: <= MaxParameterLength } trimmed ? trimmed : null;
}
