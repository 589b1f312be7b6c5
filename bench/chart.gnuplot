# SPDX-License-Identifier: BSD-3-Clause
# Copyright 2026, The miniasync authors

# chart.gnuplot FIGURES CHART -- draws what report.py --chart wrote: how fast each contender copies,
# beside a plain loop of memcpy on one thread.

set terminal svg size 1000,440 font 'sans-serif,13' background 'white'
set output ARG2
set datafile separator tab
set datafile missing '-'
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.9 border -1
set boxwidth 0.9
set logscale y 10
set format y '%g'
set yrange [0.001:*]
set ylabel 'times the speed of a memcpy loop'
set grid ytics linetype 0
set key outside right top
set arrow from graph 0, first 1 to graph 1, first 1 nohead linewidth 2 linecolor 'black' front
columns = int(system("head -n 1 '" . ARG1 . "' | tr '\t' '\n' | wc -l"))
plot for [column = 2:columns] ARG1 using column:xtic(1) title columnheader(column)
